/** The page's runtime: brings the live cells of each page that is shown to life. */

import { Page } from './page/page';

let page: Page | null = null;

function show(): void {
  page?.close();
  page = Page.open(document);
}

// Material's instant navigation swaps the content without running scripts again.
if (window.document$) window.document$.subscribe(show);
else show();
