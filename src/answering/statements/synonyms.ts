/** Words that stand for each other in reports of research, though they do not mean the same: what a paraphrase may put in the place of what. */
import { meaningOf } from './word-classes.js'

/** A line is a group; a word may be in several. None holds words that point in contrary directions. */
const GROUPS = `
collection corpus set dataset data database resource
last lasts persist persists endure endures remain remains stay stays continue continues
vanish disappear end cease
boundary boundaries border borders edge edges
sure certain confident
skip omit bypass leave leaves left
rely relies depend depends base based ground
goes change changes move moves become becomes
build built construct create creates make makes made form set design compose composed consist consists comprise
investigate examine analyse analyze explore study inspect look
evaluate assess test measure rate gauge
predict forecast anticipate expect
estimate approximate gauge
detect identify recognise recognize find spot discover locate localise localize pinpoint
distinguish discriminate differentiate separate tell
enable allow permit let lets
provide offer give gives yield supply enjoy
combine integrate unify join merge
split divide partition separate cut break
important crucial essential key critical relevant major vital
new novel first fresh
current existing present recent today
simple easy straightforward
complex complicated sophisticated intricate
robust resilient stable steady
cheap inexpensive economical
expensive costly dear
rare uncommon scarce infrequent
typical usual normal standard conventional traditional common ordinary
entire whole complete full total all
main primary principal major chief mostly mainly predominantly chiefly largely preferentially
enough suffice suffices sufficient sufficiently adequate
clear clearly marked markedly pronounced distinct strong strongly considerable considerably substantial substantially significant significantly much notable notably
slight slightly small somewhat modest modestly minor
doctor doctors physician physicians clinician clinicians
hospital clinic ward
drug medication medicine agent treatment
illness disease disorder condition
therapy treatment treat
tumour tumor neoplasm cancer
man men male boys
woman women female girls
elderly aged old older
teenager adolescent youth
child children kids juvenile paediatric pediatric adolescent infant
newborn neonate infant baby
heart cardiac
kidney renal
liver hepatic
lung pulmonary
brain cerebral neural
skin cutaneous dermal
volunteer participant enrollee subject
recruit enrol enroll include
random randomly randomised randomized
language linguistic
text textual document
image picture photo photograph visual
video clip film
speech spoken voice speak
word lexical term
sentence utterance
idiom idiomatic
culture cultural
network net model
train trained training learn learned learning fit fitted
compute computation computational calculate calculation
parallel simultaneous simultaneously concurrently together
automatic automatically automated
expert specialist professional
error mistake fault wrong
near close nearby adjacent next around
far distant remote
inside within interior inner
light optical
star stellar
galaxy galactic
sun solar
planet planetary
gene genetic
cell cellular
virus viral
bacteria bacterial microbial
evolve evolution evolutionary
problem issue difficulty trouble
solve resolve address tackle overcome handle
goal aim objective purpose
idea concept notion
restrict constrain bound limit confine
extend expand broaden
perform conduct carry run do behave work
characterise characterize describe portray
feature property characteristic attribute
amount quantity volume number count
part portion share fraction proportion percentage component
group cohort arm
pair couple two both
store stored save hold
send transmit transfer deliver pass
receive get obtain
collect gather acquire
label annotate annotation tag mark
translate translation
publish publication release
public open available
code software program tool library
robot robotic
car vehicle automobile
house home household
road street
city urban town
law legal legislation statute act
company firm business
worker employee staff
student pupil learner
teacher instructor
client user customer
search seek look hunt
copy duplicate replicate
show display exhibit have enjoy
appear seem look
appears seems
say state claim argue maintain
convey express communicate mean meaning
lean leaning bias biased favour favor prefer tend
take took adopt hold
stance position view opinion
people human person
made origin originate come
cost costs price overhead expense
pairs paired pair
consist made composed
location site place spot position
several various multiple many number
upper top
deep deeper depth below
high upper
low lower
rapid quick fast
lot much many
likely probable probably
maybe possibly perhaps
again repeat repeatedly
struggle fail unable
recur recurrence return come back relapse
die death fatal mortality lethal
harm damage injure hurt injury
begin start initial initiate
stop halt end terminate
depend dependent specific
equal equally similarly alike comparable same level
shape sculpt form mould
mix mixture blend
rise raise climb go
fall drop go sink
cope handle manage deal
world global worldwide international
country nation national
money financial monetary
water aqueous
heat thermal temperature warm
age aged old
weight mass
school classroom class
write written writing
read reading
choose selection choice
ask question query prompt
answer reply response
accurate accuracy precision correct
speed speedup acceleration fast rate
size large big extent
time duration period
yearly annual year
`

const groupsOf = new Map<string, Set<number>>()
for (const [group, line] of GROUPS.trim().split('\n').entries()) {
  for (const word of line.split(' ')) {
    const key = meaningOf(word)
    if (key !== '') groupsOf.set(key, (groupsOf.get(key) ?? new Set()).add(group))
  }
}

/** Whether one of the keys of a statement may stand for this one. */
export function hasSynonym(key: string, keys: ReadonlySet<string>): boolean {
  const groups = groupsOf.get(key)
  if (groups === undefined) return false
  for (const known of keys) for (const group of groupsOf.get(known) ?? []) if (groups.has(group)) return true
  return false
}
