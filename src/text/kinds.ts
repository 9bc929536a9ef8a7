/** Tells by the form of a word what kind of thing it names. */

/** Data on which things are tried. */
const DATA = /^(?:CIFAR|ImageNet|MNIST|COCO|GLUE|SQuAD|Kinetics|KITTI|MMLU|GSM8K|LibriSpeech|WikiText|WebText|SVHN|Sintel|ADE20K|ShareGPT|Places365|Cityscapes)/
const DEVICE = /^(?:\w*(?:GPU|NPU|CPU|FPGA|TPU)s?|[AHKLPTV]\d{1,3}s?|RTX.*|GTX.*|Jetson|Ascend|Volta|Hopper|Xeon|Snapdragon)$/
const BACKBONE = /^(?:(?:res|mobile|efficient|alex|dense|squeeze|shuffle|inception|conv)-?(?:net|next)|vgg|vit|deit|swin|bert|roberta|gpt|llama|mistral|mixtral|qwen|gemma|phi|opt|bloom|t5|unet|u-net|yolo|clip|whisper|deepseek)/i
/** As the international names of drugs end (WHO stem book). */
const DRUG = /^(?:statins?|\p{Ll}{2,}(?:prils?|olols?|dipines?|sartans?|statins?|azoles?|tidines?|mabs?|n?ibs?|cillins?|mycins?|cyclines?|oxacins?|triptans?|dils?|zosins?|xetines?|(?<!ex)amines?|phenidates?|caines?|profens?|[zp]epams?|zolams?|parins?|gliptins?|gliflozins?|glitazones?|formins?|fungins?|vir|setrons?|sones?|solones?|lukasts?|nidines?))$/iu

const KINDS = [DEVICE, DATA, BACKBONE, DRUG]

/** The form of its kind: of a device, a data set, a network or a drug; nothing for most words. */
export function kindOf(word: string): RegExp | undefined {
  return KINDS.find((kind) => kind.test(word))
}

export function isDrug(word: string): boolean {
  return DRUG.test(word)
}
