/** What a map of the library is: papers placed by meaning, in regions named by their own terms. */

import type { TermCounts } from '../rarity.js'

export interface MapPoint {
  readonly id: string
  readonly title: string
  readonly year?: number
  /** 0..1, the origin at the upper left. */
  readonly x: number
  readonly y: number
  /** Index into `clusters`. */
  readonly cluster: number
}

export interface MapCluster {
  /** One or two phrases that its papers say more than others; empty if there are none. */
  readonly label: string
  readonly papers: number
  readonly x: number
  readonly y: number
}

export interface LibraryMap {
  /** Of the library that it shows. */
  readonly revision: number
  readonly model: string
  /** In the library; more than there are points where the map is a sample. */
  readonly papers: number
  readonly isSample: boolean
  /** The library has changed since; a new map is being drawn. */
  readonly isStale: boolean
  readonly points: readonly MapPoint[]
  readonly clusters: readonly MapCluster[]
}

export type DrawMap = (signal?: AbortSignal) => Promise<LibraryMap>

/** What the thread that draws is given. */
export interface MapJob {
  readonly seed: number
  /** For each paper the rows of its nearest, itself first, and their distances (1 − cosine). */
  readonly neighbours: readonly (readonly number[])[]
  readonly distances: readonly (readonly number[])[]
  /** Where a paper stood before; undefined for a new one. */
  readonly former: readonly (readonly [number, number] | undefined)[]
  readonly texts: readonly { readonly title: string; readonly abstract: string }[]
  /** Of terms and of phrases, by which regions are named. */
  readonly counts: TermCounts
  readonly phraseCounts: TermCounts
}

export interface Drawn {
  readonly positions: readonly (readonly [number, number])[]
  readonly cluster: readonly number[]
  readonly labels: readonly string[]
}
