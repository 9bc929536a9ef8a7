/** Reads where papers are asked to have been published: "papers at NeurIPS 2024 on pruning". */

export interface Venue {
  /** As asked. */
  readonly name: string
  /** The same as records may have it, the likeliest first. */
  readonly spellings: readonly string[]
  readonly preposition: 'at' | 'in'
}

export interface VenueQuestion {
  readonly venue: Venue
  readonly year?: { readonly from: number; readonly to: number }
  /** The question without it. */
  readonly rest: string
  /** It is a venue for sure; otherwise only where the library has papers of it. */
  readonly isSure: boolean
}

/** What stands behind short names in full, folded; what a record has may be either. */
const IN_FULL: Readonly<Record<string, readonly string[]>> = {
  neurips: ['NeurIPS', 'Neural Information Processing Systems', 'NIPS'],
  nips: ['NIPS', 'Neural Information Processing Systems', 'NeurIPS'],
  icml: ['ICML', 'International Conference on Machine Learning'],
  iclr: ['ICLR', 'International Conference on Learning Representations'],
  cvpr: ['CVPR', 'Computer Vision and Pattern Recognition'],
  iccv: ['ICCV', 'International Conference on Computer Vision'],
  eccv: ['ECCV', 'European Conference on Computer Vision'],
  acl: ['ACL', 'Meeting of the Association for Computational Linguistics'],
  emnlp: ['EMNLP', 'Empirical Methods in Natural Language Processing'],
  naacl: ['NAACL', 'North American Chapter of the Association for Computational Linguistics'],
  aaai: ['AAAI'],
  ijcai: ['IJCAI', 'International Joint Conference on Artificial Intelligence'],
  kdd: ['KDD', 'Knowledge Discovery and Data Mining'],
  sigir: ['SIGIR'],
  icra: ['ICRA', 'International Conference on Robotics and Automation'],
  interspeech: ['Interspeech'],
  pnas: ['PNAS', 'Proceedings of the National Academy of Sciences'],
  nejm: ['NEJM', 'New England Journal of Medicine'],
  jama: ['JAMA'],
  bmj: ['BMJ'],
  tmlr: ['TMLR', 'Transactions on Machine Learning Research'],
  jmlr: ['JMLR', 'Journal of Machine Learning Research'],
}

const WORKS = '(?:papers?|articles?|publications?|preprints?|works?|studies|study)'
const PUBLISHED = '(?:published|presented|appeared|appearing|appear|accepted)'
const WORD = String.raw`\p{Lu}[\p{L}&.-]*`
const NAME = String.raw`(?:the )?(?<name>${WORD}(?:(?: (?:of|on|in|and|for|the|&))* ${WORD})*)(?:(?: |['’])(?<year>(?:19|20)?\d\d)\b)?`
const PATTERNS: readonly RegExp[] = [
  new RegExp(String.raw`(?<=\b${WORKS})(?: (?:that|which))?(?: (?:were|are|was|is|have been|has been))?(?: ${PUBLISHED})? (?<how>at|in|from) ${NAME}`, 'u'),
  new RegExp(String.raw` ?\b(?:(?:were|are|was|is|have been|has been) )?${PUBLISHED} (?<how>at|in) ${NAME}`, 'u'),
]
const BEFORE = new RegExp(String.raw`(?<=^|\s)(?<name>\p{Lu}\p{L}*\p{Lu}\p{L}*)(?:(?: |['’])(?<year>(?:19|20)?\d\d))? (?=${WORKS}\b)`, 'u')
const OF_VENUES = /\b(?:Journal|Conference|Proceedings|Transactions|Letters|Workshop|Symposium|Annals|Archives|Reviews?)\b/

/** Nothing where nothing in the question can be a venue; what may be the place of something else is not sure. */
export function venueIn(text: string): VenueQuestion | undefined {
  const found = [...PATTERNS, BEFORE].map((pattern) => pattern.exec(text)).find((match) => match !== null)
  const { name, year, how } = found?.groups ?? {}
  if (found === undefined || found === null || name === undefined) return undefined
  const spellings = IN_FULL[name.toLowerCase()]
  const rest = `${text.slice(0, found.index)}${how === undefined ? '' : ' '}${text.slice(found.index + found[0].length)}`.replace(/\s+/g, ' ').replace(/ (?=[?.!,])/g, '').trim()
  const whole = year === undefined ? undefined : Number(year.length === 4 ? year : `20${year}`)
  return {
    venue: { name, spellings: spellings ?? [name], preposition: how === 'at' || (how === undefined && spellings !== undefined) ? 'at' : 'in' },
    ...(whole === undefined ? {} : { year: { from: whole, to: whole } }),
    rest,
    isSure: spellings !== undefined || OF_VENUES.test(name),
  }
}
