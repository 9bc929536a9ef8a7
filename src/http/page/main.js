/** Puts the parts of the chat page together. */
import { getJson } from './api.js'
import { setUpComposer } from './composer.js'
import { createConversation } from './conversation.js'
import { byId, counted } from './dom.js'
import { openEarlier } from './earlier.js'
import { acceptDrops, openLibrary } from './library-panel.js'
import { closePanel, isPanelOpen, setUpPanel } from './panel.js'
import { offers } from './server.js'
import { openCitation, openPaper } from './source-panel.js'
import { keptConversations } from './store.js'
import { setUpWelcome } from './welcome.js'
/** @import { About, Paper } from './types.js' */

const composer = setUpComposer({ ask: (question, about) => conversation.ask(question, about), stop: () => conversation.stop() })

const reading = (/** @type {HTMLElement} */ opener) => ({ opener, askAbout })
const library = (/** @type {HTMLElement} */ opener) => ({ opener, openPaper: (/** @type {string} */ id, /** @type {HTMLElement} */ from) => void openPaper(id, reading(from)), onStored: () => void welcome.refresh() })
const addPapers = (/** @type {HTMLElement} */ opener) => openLibrary({ ...library(opener), adding: true })

/** @type {Parameters<typeof createConversation>[0]['actions']} */
const actions = {
  open: (citation, opener, claim) => openCitation(citation, { claim, ...reading(opener) }),
  openPaper: (id, opener) => void openPaper(id, reading(opener)),
  rephrase: (question) => composer.write(question),
  addPapers: undefined,
}

const conversation = createConversation({
  actions,
  onBusy: (busy) => composer.setBusy(busy),
  onChange: () => document.body.classList.toggle('empty', conversation.isEmpty()),
  about: () => composer.about(),
})

const welcome = setUpWelcome({
  ask: (question) => conversation.ask(question),
  addPapers,
  onStatus: ({ papers }) => {
    byId('library-count').textContent = counted(papers, 'paper')
  },
})

/** @param {About} about */
function askAbout(about) {
  // Beside the conversation the panel is in nobody's way.
  if (isPanelOpen() && document.querySelector('dialog:modal') !== null) closePanel()
  composer.keepTo(about)
}

function startAnew() {
  conversation.show()
  composer.keepTo(undefined)
  closePanel()
  composer.focus()
}

/** `/?about=ID`, from the page of a paper. */
async function followAddress() {
  const id = new URLSearchParams(location.search).get('about')
  if (id === null) return
  history.replaceState(null, '', location.pathname)
  /** @type {Paper} */
  const { title } = await getJson(`v1/papers/${encodeURIComponent(id)}`)
  composer.keepTo({ ids: [id], label: title })
}

setUpPanel()
conversation.show(keptConversations()[0])
byId('open-library').addEventListener('click', () => openLibrary(library(byId('open-library'))))
byId('open-earlier').addEventListener('click', () => openEarlier({
  opener: byId('open-earlier'),
  show: (kept) => {
    conversation.show(kept)
    closePanel()
  },
  onForget: (id) => id === conversation.id() && conversation.show(),
}))
byId('start-anew').addEventListener('click', startAnew)
void welcome.refresh()
void followAddress().catch(() => undefined)
void offers('POST /v1/papers').then((offered) => {
  if (!offered) return
  actions.addPapers = addPapers
  acceptDrops((files) => openLibrary({ ...library(byId('open-library')), files }))
})
// On a phone the keyboard would rise over what there is to read.
if (matchMedia('(hover: hover)').matches) composer.focus()
