/** The page's kernel, whose script is fetched at the first sign that the reader will run something. */

import kernelFile from 'separate:../kernel/index';
import { loadPart } from '../dom/parts';
import type { PageKernel } from '../kernel/index';

export async function loadKernel(): Promise<PageKernel> {
  const { PageKernel, saveSnapshotWhenIdle } = await loadPart<typeof import('../kernel/index')>(kernelFile);
  const kernel = new PageKernel();
  saveSnapshotWhenIdle(kernel);
  return kernel;
}
