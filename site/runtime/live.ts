/** The page's runtime: brings the live cells of each page that is shown to life. */

import { isEmbeddedElsewhere, offerPageItself } from './page/embedding';
import { Page } from './page/page';
import { openTermsInPlace } from './page/terms';
import { keepReachable } from './dom/scrollable';

let page: Page | null = null;

function show(): void {
  page?.close();
  if (isEmbeddedElsewhere()) offerPageItself(document);
  else page = Page.open(document);
  // Material wraps wide tables as the page arrives, and looks at code only when it comes into view.
  for (const wide of document.querySelectorAll<HTMLElement>('.live-output, .md-typeset__scrollwrap, .katex-display, .highlight pre > code'))
    keepReachable(wide);
}

openTermsInPlace(document);

// Material's instant navigation swaps the content without running scripts again.
if (window.document$) window.document$.subscribe(show);
else show();
