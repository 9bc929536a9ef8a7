/** Classes of words that say the same in reports of research, so that a faithful paraphrase is seen as one. */
import { isStopWord, stem } from '../../text/terms.js'

/** A line is a class; words are stemmed when read. Direction counts: what rises and what falls are never in one. */
const CLASSES = `
increase increases rise rose rising risen raise raises higher grow grew growing gain gains boost elevate elevation greater larger bigger more longer enhance enhancement upregulate heavier lift lifts lifted
decrease decline fall fell drop dropped lower less fewer smaller down shrink cut reduce diminish attenuate downregulate shorter save lose loses lost loss reduction lighter deplete depletion
better improve improvement superior outperform help benefit beneficial surpass exceed beat
worse worsen degrade degradation harm hurt suffer deteriorate inferior worst impair
faster quick quicker speed accelerate speedup rapid
slower slow
earlier sooner
later delayed
keep keeps kept retain retains preserve maintain
reach reaches attain achieve obtain score have
people humans persons participants individuals subjects patients
children kids infants
propose introduce present develop describe
replace replaces swap substitute
remove removes drop prune discard delete eliminate
merge merges fold fuse combine join
match matches par
differ difference different vary
frequent often common commonly frequently
begin start onset
avoid prevent spare overcome mitigate
need require necessary requirement
use employ apply adopt leverage utilise utilize
method approach technique scheme procedure algorithm framework strategy
accuracy correct correctly right accurate
check verify validate confirm
several many multiple various
change alter modify modification affect
relate relation associate association correlate correlation link
cause lead result drive
explain account
answer respond response
generate generation produce produces output
large big huge high
small tiny little low slight slightly
night nights nocturnal
die death mortality died
choose select pick decide
hard difficult challenging
vanish disappear
cost costs expense spend spent
problem issue difficulty
daily day days
contain contains consist consists comprise comprises include includes encompass
mean average averaged
surgery surgical operation operative operated
succeed succeeds succeeded success successful successfully
oral orally mouth
optimal best
monthly month months
yearly year years annual annually
weekly week weeks
`

const classOf = new Map<string, string>()
for (const line of CLASSES.trim().split('\n')) {
  const words = line.split(' ')
  for (const word of words) if (!classOf.has(stem(word))) classOf.set(stem(word), `=${words[0]}`)
}

/** Say that something is said, or how it is put, and nothing of their own. */
const EMPTY = new Set(
  `show demonstrate find report observe suggest indicate note state conclude result authors author paper study work experiment experiments finding findings
  according respectively compared comparison against versus relative well able thus also only even still about approximately roughly around nearly go went come came take takes took taken taking bring brings brought get gets got gotten
  do does did be been is are was were this that these those it its they their them there both such one ones way case amount make made happen occur within among between whose who whom
  using via when once factor than as if while whereas whether so mere really further furthermore overall in on at each every per up`
    .split(/\s+/)
    .map(stem),
)

/** Words that deny another: "unchanged" says that something did not change. */
const DENIALS: ReadonlyMap<string, string> = new Map(
  'unchanged change,unaffected change,unaltered change,untouched touch,fixed change,unrelated relate,same differ,similar differ,identical differ,equal differ,equally differ,comparable differ,similarly differ,alike differ,unnecessary need,insufficient suffice,insignificant significant,unsuccessful succeed,ineffective effective'
    .split(',')
    .map((entry) => entry.split(' ') as [string, string]),
)

const MOST_KEPT = 100_000
const kept = new Map<string, string>()

/** The class of a folded word, its stem where it has none, or nothing for grammar. */
export function meaningOf(word: string): string {
  const known = kept.get(word)
  if (known !== undefined) return known
  if (kept.size >= MOST_KEPT) kept.clear()
  const meaning = lookUp(word)
  kept.set(word, meaning)
  return meaning
}

function lookUp(word: string): string {
  const meant = DENIALS.get(word) ?? word
  const known = classOf.get(stem(meant))
  if (known !== undefined) return known
  if (isStopWord(meant) || EMPTY.has(stem(meant)) || meant.length < 2) return ''
  return stem(meant)
}

export function isDenial(word: string): boolean {
  return DENIALS.has(word)
}

/** Classes, stems or words that say the opposite of those behind the stroke. */
const OPPOSITES = `
=increase | =decrease
=better rescu amelior | =worse aggrav exacerb
=faster | =slower
=earlier | =later
warm hot | cool cold
posit | neg
activ induc promot encourag stimul trigger | deactiv inhibit suppress block imped discourag silenc
before | after
above | below
top | bottom
maximum maxim | minimum minim
=succeed | fail failur
=large | =small
tight | loos
strong stronger | weak weaker
first | last
with | without
overestim | underestim
sensit suscept vulner fragil | resist robust withstand toler
frozen freez | updat finetun retrain
=keep ensur | sacrific compromis forfeit =remove
=cause enabl | =avoid hinder
lossless | lossi
persist remain continu endur | =vanish ceas
agre coincid | diverg disagre conflict
=use exploit support incorpor consid | ignor neglect disregard exclud omit
young younger | old older elder
conserv | liber
dynam | static
homogen | heterogen
global | local
spars | dens
stochast | determinist
central | decentr
simultan | sequenti
onlin | offlin
rare seldom scarc | =often
cheap inexpens | expens costli
`

const poles = new Map<string, readonly [axis: number, sign: 1 | -1]>()
for (const [axis, line] of OPPOSITES.trim().split('\n').entries()) {
  const [up = '', down = ''] = line.split(' | ')
  for (const word of up.split(' ')) poles.set(word, [axis, 1])
  for (const word of down.split(' ')) poles.set(word, [axis, -1])
}

/** Which way a word points on which scale; undefined for most. */
export function poleOf(word: string, key: string): readonly [axis: number, sign: 1 | -1] | undefined {
  return poles.get(key) ?? poles.get(word)
}
