/** Draws the map of the library as an SVG that needs nothing else: readable in light and dark, and by those who cannot see it. */
import { createHash } from 'node:crypto'
import type { LibraryMap } from '../retrieval/map/map.js'
import { escapeMarkup } from './markup.js'

const SIZE = 1_000
const MARGIN = 40
/** Between neighbours of the round of colours lies the golden angle, so that regions side by side differ. */
const GOLDEN_ANGLE = 137.5

const SVG_STYLE = `
svg { background: #faf8f3; font-family: system-ui, sans-serif }
circle { fill-opacity: .75; stroke: #faf8f3; stroke-width: .6 }
text { font-size: 17px; font-weight: 600; text-anchor: middle; fill: #211e1a; paint-order: stroke; stroke: #faf8f3; stroke-width: 4px; stroke-linejoin: round }
.note { font-size: 14px; font-weight: 400; text-anchor: start }
.marked { stroke: #8f2d1f; stroke-width: 3; fill-opacity: 1 }
@media (prefers-color-scheme: dark) {
  svg { background: #171512 }
  circle { stroke: #171512 }
  text { fill: #e9e3d8; stroke: #171512 }
  .marked { stroke: #eba48e }
}
`

/** What an SVG that is opened by itself may do: use the style that stands in it. */
export const SVG_POLICY = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(SVG_STYLE).digest('base64')}'; frame-ancestors 'none'`

/** @param marked ids of papers that stand out; `paperLink` gives the address of a paper's page as seen from the SVG */
export function renderMap(map: LibraryMap, marked: ReadonlySet<string>, paperLink: (id: string) => string): string {
  const at = (value: number) => Math.round(10 * (MARGIN + value * (SIZE - 2 * MARGIN))) / 10
  const radius = Math.max(2.2, Math.min(8, 90 / Math.sqrt(map.points.length + 1)))
  const points = [...map.points].sort((a, b) => Number(marked.has(a.id)) - Number(marked.has(b.id))).map(({ id, title, x, y, cluster }) => {
    const [kind, size] = marked.has(id) ? [' class="marked"', radius + 3] : ['', radius]
    return `<a href="${escapeMarkup(paperLink(id))}"><circle${kind} cx="${at(x)}" cy="${at(y)}" r="${size.toFixed(1)}" fill="${colourOf(cluster)}"><title>${escapeMarkup(title)}</title></circle></a>`
  })
  const labels = placeLabels(map).map(({ text, x, y }) => `<text x="${Math.min(SIZE - 4.4 * text.length, Math.max(4.4 * text.length, at(x)))}" y="${y}">${escapeMarkup(text)}</text>`)
  const said = `${describe(map)}${describeMarks(map, marked)}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE + 30}" role="img" aria-labelledby="map-title map-description">
<title id="map-title">Map of the library</title>
<desc id="map-description">${escapeMarkup(`${said} Regions: ${map.clusters.map(({ label, papers }) => `${label || 'without a name'} (${papers})`).join('; ')}.`)}</desc>
<style>${SVG_STYLE}</style>
${points.join('\n')}
${labels.join('\n')}
<text class="note" x="12" y="${SIZE + 18}">${escapeMarkup(said)}</text>
</svg>
`

  function placeLabels({ clusters }: LibraryMap) {
    const placed: { readonly text: string; readonly x: number; readonly y: number }[] = []
    for (const { label, x, y } of [...clusters].sort((a, b) => a.y - b.y)) {
      if (label === '') continue
      let line = at(y)
      // Lines that would run into each other move down, one below the other.
      while (placed.some((other) => Math.abs(other.y - line) < 22 && Math.abs(at(other.x) - at(x)) < 4.6 * (other.text.length + label.length))) line += 6
      placed.push({ text: label, x, y: Math.round(line) })
    }
    return placed
  }
}

function colourOf(cluster: number): string {
  return `hsl(${Math.round((cluster * GOLDEN_ANGLE + 15) % 360)} 55% ${cluster % 2 === 0 ? 48 : 58}%)`
}

/** Marks that are on the map, and those that are not: of papers beyond the sample, gone, or never there. */
function describeMarks({ points }: LibraryMap, marked: ReadonlySet<string>): string {
  const found = points.filter(({ id }) => marked.has(id)).length
  const missing = marked.size - found
  return marked.size === 0 ? '' : ` ${found} marked${missing === 0 ? '' : `; ${missing} of the ids to mark ${missing === 1 ? 'is' : 'are'} not on this map`}.`
}

function describe({ points, papers, isSample, isStale }: LibraryMap): string {
  if (points.length === 0) return 'The library holds no papers yet.'
  const shown = isSample ? `${points.length} of ${papers} papers, a sample by the hash of their ids` : `${points.length} papers`
  return `${shown}; what lies together says similar things, the axes mean nothing.${isStale ? ' The library has changed since; a new map is being drawn.' : ''}`
}
