/** The library in the panel: what it holds, search, pages of it, and new papers in. */
import { failureOf, getJson, isAbort, ROOT } from './api.js'
import { button, counted, create, fill } from './dom.js'
import { factsOf } from './facts.js'
import { openPanel } from './panel.js'
import { searchBox } from './search-box.js'
import { offers, readStatus } from './server.js'
import { uploadFiles } from './upload.js'
/** @import { Paper } from './types.js' */

const PAGE = 20

/** What was sent, and what became of it, as long as the page is open. */
const uploads = create('ul', { class: 'uploads', 'aria-label': 'Files sent' })

/**
 * @typedef {object} LibraryOptions
 * @property {HTMLElement} opener gets the focus back
 * @property {(id: string, opener: HTMLElement) => void} openPaper
 * @property {() => void} onStored
 */

/** @param {LibraryOptions & { files?: readonly File[], adding?: boolean }} options `adding`: begins at the place for new papers */
export function openLibrary({ opener, openPaper, onStored, files = [], adding = false }) {
  const about = create('p', { class: 'facts' }, ' ')
  const shelf = create('div', { class: 'shelf' })
  const search = searchBox({
    open: (paper, from) => openPaper(paper.id, from),
    onSearching: (searching) => {
      shelf.hidden = searching
    },
  })
  const stored = () => {
    void describe(about)
    void browse(shelf, openPaper)
    onStored()
  }
  const intake = create('section', { class: 'intake', hidden: true, 'aria-label': 'Add papers' })
  openPanel({
    eyebrow: 'Library',
    opener,
    onLeave: search.stop,
    content: [create('h2', { class: 'title' }, 'The library'), about, search.element, intake, shelf],
    ...(adding || files.length > 0 ? {} : { focus: search.input }),
  })
  void describe(about)
  void browse(shelf, openPaper)
  void offers('POST /v1/papers').then((offered) => {
    if (!offered) return
    const pick = drawIntake(intake, (chosen) => void uploadFiles(chosen, { list: uploads, onStored: stored }))
    if (adding) pick.focus()
    if (files.length > 0) void uploadFiles(files, { list: uploads, onStored: stored })
  })
}

/** @param {HTMLElement} about */
async function describe(about) {
  try {
    const { papers, digests, model, modelChange, index } = await readStatus()
    const facts = [
      counted(papers, 'paper'),
      digests > 0 && `${digests === papers ? 'all' : digests} as digests`,
      `model ${model.split('@')[0]}`,
      modelChange?.foundByWords !== undefined && `${counted(modelChange.foundByWords, 'paper')} found by words alone until they are embedded anew`,
      modelChange !== undefined && modelChange.foundByWords === undefined && `changing to ${modelChange.to}: ${counted(modelChange.embedded, 'paper')} done`,
      !index.complete && 'still being indexed',
    ]
    fill(about, facts.filter((fact) => fact !== false).join(' · '))
    if (await offers('GET /map')) about.append(' · ', create('a', { href: new URL('map', ROOT).href }, 'Map'))
  } catch (error) {
    fill(about, failureOf(error).message)
  }
}

/** @param {HTMLElement} shelf @param {LibraryOptions['openPaper']} openPaper */
async function browse(shelf, openPaper) {
  const list = create('ol', { class: 'papers' })
  const foot = create('div', { class: 'actions' })
  fill(shelf, create('h3', { class: 'label' }, 'All papers'), list, foot)
  await next()

  /** @param {string} [cursor] */
  async function next(cursor) {
    fill(foot, create('span', { class: 'note' }, 'Loading…'))
    try {
      /** @type {{ papers: Paper[], nextCursor?: string }} */
      const { papers, nextCursor } = await getJson(`v1/papers?limit=${PAGE}${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
      const rows = papers.map(drawRow)
      list.append(...rows)
      if (cursor !== undefined) rows[0]?.querySelector('button')?.focus({ preventScroll: true })
      fill(foot, nextCursor !== undefined && button('More papers', () => next(nextCursor)), list.children.length === 0 && create('span', { class: 'note' }, 'There are no papers yet.'))
    } catch (error) {
      if (!isAbort(error)) fill(foot, create('span', { class: 'note warning' }, failureOf(error).message), button('Try again', () => next(cursor)))
    }
  }

  /** @param {Paper} paper */
  function drawRow(paper) {
    return create('li', {}, button(paper.title, (self) => openPaper(paper.id, self), 'paper-title'), create('p', { class: 'facts', dir: 'auto' }, factsOf(paper)))
  }
}

/** The place where files are dropped or chosen. @param {HTMLElement} intake @param {(files: File[]) => void} take */
function drawIntake(intake, take) {
  const input = create('input', { type: 'file', multiple: true, class: 'visually-hidden', id: 'files', tabindex: -1, 'aria-hidden': 'true', change: () => {
    take([...(input.files ?? [])])
    input.value = ''
  } })
  const pick = button('Choose files', () => input.click())
  fill(intake, create('div', { class: 'drop' }, create('p', {}, create('strong', {}, 'Add papers'), create('span', { class: 'with-mouse' }, ' Drop a file anywhere on this page, or')), pick, input,
    create('p', { class: 'facts' }, 'JSON lines, BibTeX, RIS, CSV, PubMed, arXiv, EndNote; plain or gzipped. Each record needs a title and an abstract.')), uploads)
  intake.hidden = false
  return pick
}

/**
 * Lets files be dropped anywhere on the page.
 *
 * @param {(files: File[]) => void} take
 */
export function acceptDrops(take) {
  const isFiles = (/** @type {DragEvent} */ { dataTransfer }) => dataTransfer?.types.includes('Files') === true
  addEventListener('dragover', (event) => {
    if (!isFiles(event)) return
    event.preventDefault()
    document.body.classList.add('dropping')
  })
  addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) document.body.classList.remove('dropping')
  })
  addEventListener('drop', (event) => {
    if (!isFiles(event)) return
    event.preventDefault()
    document.body.classList.remove('dropping')
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length > 0) take(files)
  })
}
