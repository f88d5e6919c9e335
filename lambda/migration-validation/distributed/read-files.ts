import { type Report, report } from '../report/model';
import { ExplainedError } from '../../shared/runtime/error-fields';
import {
  type ChunkNumber,
  type ChunkResult,
  chunkResult,
  type Header,
  header,
  keysOf,
  type PlanPart,
  planPart,
} from './files';
import type { ResultStore } from './result-store';

/** @returns undefined when there is no such comparison */
export async function readHeader(store: ResultStore, id: string): Promise<Header | undefined> {
  const value = await store.read(keysOf(id).header);
  return value === undefined ? undefined : header.parse(value);
}

/** @throws ExplainedError when there is no such comparison */
export async function requireHeader(store: ResultStore, id: string): Promise<Header> {
  const found = await readHeader(store, id);
  if (found === undefined)
    throw new ExplainedError(`the comparison ${id} must be planned first, got none of this name`);
  return found;
}

/** @throws ExplainedError when there is no such part */
export async function readPart(store: ResultStore, id: string, number: number): Promise<PlanPart> {
  const value = await store.read(keysOf(id).part(number));
  if (value === undefined)
    throw new ExplainedError(`the comparison ${id} must have a part ${number} of its plan, got none`);
  return planPart.parse(value);
}

/** @returns undefined when that chunk was not compared */
export async function readResult(store: ResultStore, id: string, chunk: ChunkNumber): Promise<ChunkResult | undefined> {
  const value = await store.read(keysOf(id).result(chunk));
  return value === undefined ? undefined : chunkResult.parse(value);
}

/** The numbers of all chunks of a plan, in order. */
export async function readChunkNumbers(store: ResultStore, id: string, parts: number): Promise<ChunkNumber[]> {
  const numbers: ChunkNumber[] = [];
  for (let part = 0; part < parts; part += 1) {
    const { chunks } = await readPart(store, id, part);
    chunks.forEach((_, index) => numbers.push({ part, index }));
  }
  return numbers;
}

/** @throws ExplainedError when that comparison has no report */
export async function readReport(store: ResultStore, id: string): Promise<Report> {
  const value = await store.read(keysOf(id).report);
  if (value === undefined)
    throw new ExplainedError(`the comparison ${id} must have come to its end, got no report of it`);
  return report.parse(value);
}
