type Properties = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element with attributes and what is in it. Text stays text: nothing that came from an event is ever read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  setAttributes(made, properties);
  made.append(...content);
  return made;
}

export function drawn<K extends keyof SVGElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...content: readonly (Node | string)[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  setAttributes(made, properties);
  made.append(...content);
  return made;
}

/** What has not changed is not touched. */
export function setAttributes(target: Element, properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false) target.removeAttribute(name);
    else if (target.getAttribute(name) !== String(value)) target.setAttribute(name, value === true ? '' : String(value));
  }
}

export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

/** The element of the page with an id. */
export function part<K extends keyof HTMLElementTagNameMap>(id: string, tag: K): HTMLElementTagNameMap[K] {
  const found = document.getElementById(id);
  if (found?.localName !== tag) throw new Error(`the page has no ${tag} '${id}'`);
  return found as HTMLElementTagNameMap[K];
}
