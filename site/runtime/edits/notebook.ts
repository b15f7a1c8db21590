/** The chapter's notebook with the reader's own code in its cells. */

interface NotebookCell {
  id?: string;
  cell_type: string;
  source: string | string[];
  outputs?: unknown[];
  execution_count?: number | null;
}

export interface Notebook {
  cells: NotebookCell[];
}

/** Lets a notebook's "Run All Cells" go on behind an error: no part of the code that the page shows. */
const MAY_FAIL = '%%may_fail\n';

/** Puts `edits`, the reader's code by the cell's id, in place; outputs of what changed are dropped. */
export function withEdits(notebook: Notebook, edits: ReadonlyMap<string, string>): Notebook {
  const cells = notebook.cells.map((cell) => {
    const edited = cell.cell_type === 'code' ? edits.get(cell.id ?? '') : undefined;
    if (edited === undefined) return cell;
    const magic = [cell.source].flat().join('').startsWith(MAY_FAIL) ? MAY_FAIL : '';
    return { ...cell, source: magic + edited, outputs: [], execution_count: null };
  });
  return { ...notebook, cells };
}
