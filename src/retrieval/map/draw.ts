/** Runs in a thread of its own: places the papers of a job, divides the map, and names its regions. */
import { parentPort, workerData } from 'node:worker_threads'
import { artsIn, rarityIn, subjectnessIn } from '../rarity.js'
import type { Drawn, MapJob } from './map.js'
import { divide, nameRegions } from './regions.js'
import { layOut } from './umap.js'

const job = workerData as MapJob
const positions = layOut(job)
const cluster = divide(positions, job.seed)
const labels = nameRegions(job, { positions, regions: cluster }, { rarity: rarityIn(job.counts), subjectness: subjectnessIn(job.counts), arts: artsIn(job.phraseCounts) })
parentPort?.postMessage({ positions, cluster, labels } satisfies Drawn)
