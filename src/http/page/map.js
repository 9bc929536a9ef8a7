/** The map page: places the papers as the server says, and lets one zoom, move, and open a paper. */
import { ApiError, ROOT, failureOf, getJson } from './api.js'
import { byId, fill } from './dom.js'

/** @typedef {{ id: string, title: string, x: number, y: number, cluster: number }} Point */
/** @typedef {{ papers: number, isSample: boolean, isStale: boolean, points: Point[], clusters: { label: string, papers: number, x: number, y: number }[] }} LibraryMap */

const SIZE = 1000
const MARGIN = 40
const CLOSEST = 60
const STEP = 1.25
/** Least height of a label's letters, in pixels; and the width below which a region goes by its first name alone. */
const LEAST_LETTERS = 12
const NARROW = 600
const SVG = 'http://www.w3.org/2000/svg'

const view = { x: 0, y: 0, size: SIZE }
const note = byId('map-note')
const marked = new Set((new URLSearchParams(location.search).get('mark') ?? '').split(',').filter((id) => id !== ''))

void show()

async function show() {
  try {
    /** @type {LibraryMap} */
    const map = await getJson('v1/map')
    note.textContent = describe(map)
    fill(byId('map'), drawing(map))
  } catch (error) {
    note.textContent = failureOf(error).message
    if (error instanceof ApiError && error.retryAfterSeconds !== undefined) setTimeout(() => void show(), 1000 * error.retryAfterSeconds)
  }
}

/** @param {LibraryMap} map */
function describe({ points, papers, isSample, isStale }) {
  if (points.length === 0) return 'The library holds no papers yet.'
  const shown = isSample ? `${points.length} of ${papers} papers, a sample` : `${points.length} papers`
  const marks = points.filter(({ id }) => marked.has(id)).length
  return `${shown}; what lies together says similar things, the axes mean nothing.${describeMarks(marks)}${isStale ? ' The library has changed since; reload for the new map.' : ''}`
}

/** @param {number} found */
function describeMarks(found) {
  const missing = marked.size - found
  if (marked.size === 0) return ''
  const shown = found === 0 ? '' : found === 1 ? ' 1 paper of the answer is marked.' : ` ${found} papers of the answer are marked.`
  return missing === 0 ? shown : `${shown} ${missing} of the papers to mark ${missing === 1 ? 'is' : 'are'} not on this map.`
}

/** @param {string} name @param {Readonly<Record<string, string | number>>} attributes @param {...(Node | string)} children */
function shape(name, attributes, ...children) {
  const element = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value))
  element.append(...children)
  return element
}

/** @param {number} value */
const at = (value) => MARGIN + value * (SIZE - 2 * MARGIN)

/** @param {LibraryMap} map */
function drawing({ points, clusters }) {
  const radius = Math.max(2.2, Math.min(8, 90 / Math.sqrt(points.length + 1)))
  const ordered = [...points].sort((a, b) => Number(marked.has(a.id)) - Number(marked.has(b.id)))
  const dots = ordered.map(({ id, title, x, y, cluster }) => {
    const isMarked = marked.has(id)
    const fill = `hsl(${Math.round((cluster * 137.5 + 15) % 360)} 55% ${cluster % 2 === 0 ? 48 : 58}%)`
    const dot = shape('circle', { cx: at(x), cy: at(y), r: radius + (isMarked ? 3 : 0), fill, ...(isMarked ? { class: 'marked' } : {}) }, shape('title', {}, title))
    return shape('a', { href: new URL(`p/${encodeURIComponent(id)}`, ROOT).href, 'aria-label': title }, dot)
  })
  const named = clusters.filter(({ label }) => label !== '').sort((a, b) => a.y - b.y)
  const labels = named.map(({ label, x, y }) => shape('text', { x: at(x), y: at(y) }, innerWidth < NARROW ? (label.split(' · ')[0] ?? label) : label))
  const svg = shape('svg', { role: 'group', tabindex: 0, 'aria-label': 'Map of the library' }, ...dots, ...labels)
  const redraw = () => {
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.size} ${view.size}`)
    const pixels = Math.min(svg.clientWidth, svg.clientHeight)
    const letters = Math.max(17, pixels > 0 ? (LEAST_LETTERS * SIZE) / pixels : 0)
    place(labels, named.map(({ y }) => at(y)), (letters * view.size) / SIZE)
    dots.forEach((dot, i) => dot.firstElementChild?.setAttribute('r', String((radius + (marked.has(ordered[i]?.id ?? '') ? 3 : 0)) * Math.sqrt(view.size / SIZE))))
  }
  listen(/** @type {SVGSVGElement} */ (svg), redraw)
  redraw()
  // Once it stands in the page, its size is known.
  new ResizeObserver(redraw).observe(svg)
  return svg
}

/**
 * Labels that would run into each other stand one below the other.
 * @param {Element[]} labels from the top down @param {number[]} heights where they would stand @param {number} letters their size
 */
function place(labels, heights, letters) {
  /** @type {{ x: number, y: number, length: number }[]} */
  const placed = []
  labels.forEach((label, i) => {
    const x = Number(label.getAttribute('x'))
    const length = label.textContent.length
    let y = heights[i] ?? 0
    while (placed.some((other) => Math.abs(other.y - y) < 1.3 * letters && Math.abs(other.x - x) < 0.28 * letters * (other.length + length))) y += letters / 3
    placed.push({ x, y, length })
    label.setAttribute('y', String(y))
    label.setAttribute('font-size', String(letters))
  })
}

/** @param {SVGSVGElement} svg @param {() => void} redraw */
function listen(svg, redraw) {
  /** @param {number} factor @param {number} [across] @param {number} [down] */
  const zoom = (factor, across = 0.5, down = 0.5) => {
    const size = Math.min(SIZE, Math.max(CLOSEST, view.size * factor))
    move((view.size - size) * across, (view.size - size) * down, size)
  }
  /** @param {number} x @param {number} y @param {number} [size] */
  const move = (x, y, size = view.size) => {
    Object.assign(view, { size, x: view.x + x, y: view.y + y })
    redraw()
  }
  svg.addEventListener('wheel', (event) => {
    event.preventDefault()
    const box = svg.getBoundingClientRect()
    zoom(event.deltaY > 0 ? STEP : 1 / STEP, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height)
  }, { passive: false })
  svg.addEventListener('pointermove', (event) => {
    if (event.buttons === 0) return
    const scale = view.size / Math.min(svg.clientWidth, svg.clientHeight)
    move(-event.movementX * scale, -event.movementY * scale)
  })
  /** @type {Readonly<Record<string, () => void>>} */
  const keys = {
    '+': () => zoom(1 / STEP), '=': () => zoom(1 / STEP), '-': () => zoom(STEP), 0: () => move(-view.x, -view.y, SIZE),
    ArrowLeft: () => move(-view.size / 10, 0), ArrowRight: () => move(view.size / 10, 0), ArrowUp: () => move(0, -view.size / 10), ArrowDown: () => move(0, view.size / 10),
  }
  svg.addEventListener('keydown', (event) => {
    const act = event.ctrlKey || event.metaKey ? undefined : keys[event.key]
    if (act === undefined) return
    event.preventDefault()
    act()
  })
}
