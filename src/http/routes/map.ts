/** `GET /v1/map`, `/v1/map.svg` and the page `/map`: the library as a picture. */
import { Router } from 'express'
import type { Response } from 'express'
import { z } from 'zod'
import { PAGE_POLICY } from '../assets.js'
import type { Assets } from '../assets.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { renderMap, SVG_POLICY } from '../map-svg.js'
import { parse } from '../parse.js'
import { MapParametersSchema, MapReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

/** @param gate bounds how many maps are worked on at once. */
export function mapRoutes(services: RequireServices, gate: Gate, { path }: Assets): Router {
  const router = Router()
  const mapFor = (response: Response) => {
    const signal = hangUpSignal(response)
    return gate.run(signal, () => services().map(signal))
  }
  router
    .route('/v1/map')
    .get(async (_request, response) => {
      response.json(await mapFor(response))
    })
    .all(onlyMethods('GET'))
  router
    .route('/v1/map.svg')
    .get(async (request, response) => {
      const { mark } = parse(MapParametersSchema, request.query, 'The query string')
      const map = await mapFor(response)
      response.set({ 'content-security-policy': SVG_POLICY, 'cache-control': 'no-cache' }).type('image/svg+xml')
      response.send(renderMap(map, new Set(mark?.split(',').filter((id) => id !== '')), (id) => `../p/${encodeURIComponent(id)}`))
    })
    .all(onlyMethods('GET'))
  router
    .route('/map')
    .get((_request, response) => {
      response.set({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' }).type('html').send(page(path))
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /v1/map': { summary: 'The library as points, placed by meaning, in named regions', reply: MapReplySchema, errors: ['not_ready', 'overloaded'] },
    'GET /v1/map.svg': { summary: 'The same as a picture; mark= takes ids with commas between', query: MapParametersSchema, reply: { 'image/svg+xml': z.string() }, errors: ['not_ready', 'overloaded'] },
    'GET /map': { summary: 'The map as a page, to look around in', reply: { 'text/html': z.string() } },
  })
}

function page(assets: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Map of the library · Footnote</title>
<link rel="icon" href="${assets}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${assets}/base.css">
<link rel="stylesheet" href="${assets}/map.css">
<script type="module" src="${assets}/map.js"></script>
</head>
<body>
<header class="top"><a class="wordmark" href="./" aria-label="Footnote, start page">Footnote<sup aria-hidden="true">1</sup></a></header>
<main class="map">
<h1>Map of the library</h1>
<p id="map-note" role="status">The map is being drawn …</p>
<div id="map"><noscript><img src="v1/map.svg" alt="Map of the library, as a picture"></noscript></div>
<p class="hint">Wheel or + and − to zoom, drag or arrow keys to move, 0 for the whole. A dot opens its paper.</p>
</main>
</body>
</html>
`
}
