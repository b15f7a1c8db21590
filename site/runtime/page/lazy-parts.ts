/** What the page fetches late, each by its name. */

import exerciseFile from 'separate:../blocks/judge';
import ownEngineFile from 'separate:../blocks/own-engine';
import editorFile from 'separate:../editor/editor';
import kernelFile from 'separate:../kernel/index';
import outputsFile from 'separate:../output/outputs';
import { loadPart } from './parts';

export const loadEditor = () => loadPart<typeof import('../editor/editor')>(editorFile);
export const loadJudge = () => loadPart<typeof import('../blocks/judge')>(exerciseFile);
export const loadKernel = () => loadPart<typeof import('../kernel/index')>(kernelFile);
export const loadOutputs = () => loadPart<typeof import('../output/outputs')>(outputsFile);
export const loadOwnEngine = () => loadPart<typeof import('../blocks/own-engine')>(ownEngineFile);
