/**
 * The element of the page with an id.
 *
 * @throws {TypeError} If the page has no such element of this kind
 */
export function findElement<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new TypeError(`Cannot use the page as it must have a ${kind.name} with id ${id}: current value is ${element}`);
}

/** Writes text into the element with an id; touches the page only if the text differs. */
export function setText(id: string, text: string): void {
  const element = findElement(id, HTMLElement);
  if (element.textContent !== text) element.textContent = text;
}
