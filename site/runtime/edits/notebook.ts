/** The chapter's notebook with the reader's own code in its cells. */

interface NotebookCell {
  cell_type: string;
  source: string | string[];
  outputs?: unknown[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: NotebookCell[];
}

/** Puts `edits`, from the chapter's code to the reader's, in place; outputs of what changed are dropped. */
export function withEdits(notebook: Notebook, edits: ReadonlyMap<string, string>): Notebook {
  const cells = notebook.cells.map((cell) => {
    const source = Array.isArray(cell.source) ? cell.source.join('') : cell.source;
    const edited = cell.cell_type === 'code' ? edits.get(source.trimEnd()) : undefined;
    return edited === undefined ? cell : { ...cell, source: edited, outputs: [], execution_count: null };
  });
  return { ...notebook, cells };
}
