/** Finds the part of a question that a thing may stand in for: a drug for a drug, a device for a device, what an answer names in one breath with it. */
import { isStopWord, subjectTerms } from '../../text/terms.js'
import { escapedForPattern } from '../../text/words.js'

/** Data on which things are tried. */
const DATA = /^(?:CIFAR|ImageNet|MNIST|COCO|GLUE|SQuAD|Kinetics|KITTI|MMLU|GSM8K|LibriSpeech|WikiText|WebText|SVHN|Sintel|ADE20K|ShareGPT|Places365|Cityscapes)/
const DEVICE = /^(?:\w*(?:GPU|NPU|CPU|FPGA|TPU)s?|[AHKLPTV]\d{1,3}s?|RTX.*|GTX.*|Jetson|Ascend|Volta|Hopper|Xeon|Snapdragon)$/
const BACKBONE = /^(?:(?:res|mobile|efficient|alex|dense|squeeze|shuffle|inception|conv)-?(?:net|next)|vgg|vit|deit|swin|bert|roberta|gpt|llama|mistral|mixtral|qwen|gemma|phi|opt|bloom|t5|unet|u-net|yolo|clip|whisper|deepseek)/i
/** As the international names of drugs end (WHO stem book). */
const DRUG = /^\p{Ll}{2,}(?:prils?|olols?|dipines?|sartans?|statins?|azoles?|tidines?|mabs?|n?ibs?|cillins?|mycins?|cyclines?|oxacins?|triptans?|dils?|zosins?|xetines?|amines?|idates?|caines?|profens?|[zp]epams?|zolams?|parins?|gliptins?|gliflozins?|glitazones?|formins?|fungins?|vir|setrons?|sones?|solones?|lukasts?|nidines?)$/iu

const KINDS = [DEVICE, DATA, BACKBONE, DRUG]

function kindOf(word: string): RegExp | undefined {
  return KINDS.find((kind) => kind.test(word))
}

/** "mibefradil and nifedipine", "ResNet18 (or MobileNet)", "fenfluramine versus methylphenidate" */
const TOGETHER = String.raw`(?: \p{L}+)?(?:[,/(] ?| (?:and|or|versus|vs\.?|than|with|to|over|against|from|compared (?:with|to)) )(?:(?:and|or|the|of|for|with|than) )*(?:\p{L}+ )?`

/**
 * The word of a question that something else is put in the place of: the only one of its kind, or the only one that the last
 * answer names together with it; nothing where none can be told.
 */
export function counterpartOf(other: string, question: string, said: string): string | undefined {
  const words = question.replace(/[?.!,;:]+(?=\s|$)/g, '').split(/\s+/)
  const name = other.replace(/^(?:the|an?) /i, '')
  const kind = kindOf(name.split(' ').at(-1) as string)
  const ofKind = kind === undefined ? [] : runsOf(words, (word) => kind.test(word) && word !== name)
  if (ofKind.length === 1) return ofKind[0]
  const content = words.filter((word) => !isStopWord(word.toLowerCase()) && subjectTerms(word).length > 0 && word !== name)
  const inOneBreath = content.filter((word) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${escapedForPattern(word)}${TOGETHER}${escapedForPattern(name)}|${escapedForPattern(name)}${TOGETHER}${escapedForPattern(word)})(?![\\p{L}\\p{N}])`, 'iu').test(said))
  return inOneBreath.length === 1 ? inOneBreath[0] : undefined
}

/** Neighbouring words together: "Ascend NPUs". */
function runsOf(words: readonly string[], isPart: (word: string) => boolean): string[] {
  return words.reduce<string[][]>((runs, word) => (isPart(word) ? [...runs.slice(0, -1), [...(runs.at(-1) ?? []), word]] : [...runs, []]), [[]]).filter(({ length }) => length > 0).map((run) => run.join(' '))
}
