/** The kernel's settings, from the file that the JupyterLite site itself reads. */

import { LITE } from './addresses';
import type { KernelSettings } from './types';

const CONFIGURATION = new URL('jupyter-lite.json', LITE);
const PLUGIN = '@jupyterlite/pyodide-kernel-extension:kernel';

interface Configuration {
  'jupyter-config-data'?: { litePluginSettings?: Record<string, Partial<KernelSettings>> };
}

export async function readLiteSettings(): Promise<KernelSettings> {
  const response = await fetch(CONFIGURATION);
  if (!response.ok) {
    throw new Error(`${CONFIGURATION.pathname} could not be loaded (HTTP ${response.status})`);
  }
  return parseLiteSettings((await response.json()) as Configuration, LITE);
}

/** Resolve the addresses of a parsed jupyter-lite.json against the folder that it is in. */
export function parseLiteSettings(configuration: Configuration, folder: URL): KernelSettings {
  const given = configuration['jupyter-config-data']?.litePluginSettings?.[PLUGIN];
  if (!given?.pyodideUrl || !given.loadPyodideOptions) {
    throw new Error(`jupyter-lite.json has no settings for ${PLUGIN}: expected pyodideUrl and loadPyodideOptions`);
  }
  const absolute = (address: string) => new URL(address, folder).href;
  const loadPyodideOptions = { ...given.loadPyodideOptions };
  for (const [name, value] of Object.entries(loadPyodideOptions)) {
    if (name.endsWith('URL') && typeof value === 'string') {
      (loadPyodideOptions as Record<string, unknown>)[name] = absolute(value);
    }
  }
  return {
    pyodideUrl: absolute(given.pyodideUrl),
    pipliteUrls: (given.pipliteUrls ?? []).map(absolute),
    ...(given.pipliteWheelUrl ? { pipliteWheelUrl: absolute(given.pipliteWheelUrl) } : {}),
    disablePyPIFallback: given.disablePyPIFallback ?? false,
    loadPyodideOptions,
  };
}
