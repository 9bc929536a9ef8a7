/** Writes a model in the layout that transformers.js reads, with our manifest beside it. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fold } from '../../text/words.js'
import { hashBytes, MANIFEST_FILE, type ModelManifest } from '../manifest.js'
import type { QuantisedTable } from './quantise.js'
import { staticGraph } from './static-graph.js'
import { MAX_WORD_LENGTH, SPECIAL_TOKENS, type Vocabulary } from './vocabulary.js'

/** Longer texts are cut here by the tokenizer; ours never is, for it sends each distinct token once. */
const MAX_TOKENS = 1_000_000

/**
 * Writes `config.json`, `tokenizer.json`, `tokenizer_config.json`, `onnx/model_quantized.onnx` and
 * `footnote.json` to a folder, which is made if missing. The bytes depend on the arguments alone.
 */
export async function writeModelFolder(
  folder: string, vocabulary: Vocabulary, table: QuantisedTable, manifest: Omit<ModelManifest, 'files'>,
): Promise<void> {
  await mkdir(join(folder, 'onnx'), { recursive: true })
  const files: Record<string, string | Uint8Array> = {
    'config.json': json(config(table)),
    'tokenizer.json': JSON.stringify(tokenizer(vocabulary)) + '\n',
    'tokenizer_config.json': json(TOKENIZER_CONFIG),
    'onnx/model_quantized.onnx': staticGraph(table),
  }
  const hashes = Object.fromEntries(Object.entries(files).map(([name, content]) => [name, hashBytes(content)]))
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content)
  // Last: a folder without its manifest is not opened, so one half written never is.
  await writeFile(join(folder, MANIFEST_FILE), json({ ...manifest, files: hashes }))
}

const json = (value: unknown) => JSON.stringify(value, null, 2) + '\n'

/** transformers.js picks its classes by these names; nothing of a BERT is left but its inputs. */
function config({ rows, dimensions }: QuantisedTable) {
  return {
    architectures: ['BertModel'], model_type: 'bert', vocab_size: rows, hidden_size: dimensions,
    num_hidden_layers: 0, num_attention_heads: 1, intermediate_size: dimensions, max_position_embeddings: MAX_TOKENS,
  }
}

const TOKENIZER_CONFIG = {
  tokenizer_class: 'BertTokenizer', do_lower_case: true, model_max_length: MAX_TOKENS,
  pad_token: '[PAD]', unk_token: '[UNK]', cls_token: '[CLS]', sep_token: '[SEP]',
}

/** Cuts a text exactly as `words()` does, and words as the vocabulary does. */
function tokenizer({ tokens }: Vocabulary) {
  const special = (id: string, type: 0 | 1 = 0) => ({ SpecialToken: { id, type_id: type } })
  const sequence = (id: string, type: 0 | 1 = 0) => ({ Sequence: { id, type_id: type } })
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: SPECIAL_TOKENS.map((content, id) => (
      { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFKD' }, { type: 'StripAccents' }, { type: 'Lowercase' },
        ...greekLetters().map((letter) => (
          { type: 'Replace', pattern: { String: letter }, content: fold(letter) })),
      ],
    },
    pre_tokenizer: { type: 'Split', pattern: { Regex: '[\\p{L}\\p{N}]+' }, behavior: 'Removed', invert: true },
    post_processor: {
      type: 'TemplateProcessing',
      single: [special('[CLS]'), sequence('A'), special('[SEP]')],
      pair: [special('[CLS]'), sequence('A'), special('[SEP]'), sequence('B', 1), special('[SEP]', 1)],
      special_tokens: Object.fromEntries(['[CLS]', '[SEP]'].map((id) => (
        [id, { id, ids: [tokens.indexOf(id)], tokens: [id] }]))),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##',
      max_input_chars_per_word: MAX_WORD_LENGTH,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    },
  }
}

/** The lower-case Greek letters that `words()` spells out. */
function greekLetters(): string[] {
  const block = Array.from({ length: 0x90 }, (_, at) => String.fromCharCode(0x370 + at))
  return block.filter((letter) => letter === letter.toLowerCase() && /^[a-z]+$/.test(fold(letter)))
}
