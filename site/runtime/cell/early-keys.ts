/** What a fast typist presses and pastes between the first focus of a cell and the arrival of its editor. */
export class EarlyKeys {
  /** Whether all of the code was chosen first. */
  all = false;
  text = '';

  constructor(element: HTMLElement, signal: AbortSignal) {
    element.addEventListener(
      'keydown',
      (event) => {
        if (!this.take(event)) return;
        event.preventDefault();
        // The theme searches at some letters, and turns the page at others.
        event.stopPropagation();
      },
      { signal },
    );
    // Where nothing can be edited, the document hears of a paste, or of none: browsers differ.
    document.addEventListener(
      'paste',
      (event) => {
        if (!element.contains(document.activeElement)) return;
        this.text += (event.clipboardData?.getData('text/plain') ?? '').replaceAll('\r\n', '\n');
        event.preventDefault();
      },
      { signal },
    );
  }

  get any(): boolean {
    return this.all || this.text !== '';
  }

  private take(event: KeyboardEvent): boolean {
    const { key } = event;
    const command = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
    if (event.isComposing) return false;
    if (command) {
      if (event.altKey || event.shiftKey || key.toLowerCase() !== 'a') return false;
      this.all = true;
      this.text = '';
    } else if (key.length === 1) {
      this.text += key;
    } else if (key === 'Enter' && !event.shiftKey) {
      this.text += '\n';
    } else if (key === 'Backspace' && this.text) {
      this.text = this.text.slice(0, -1);
    } else {
      return false;
    }
    return true;
  }
}
