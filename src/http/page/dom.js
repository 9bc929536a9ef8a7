/** Builds DOM nodes: what papers and people write is only ever set as text, so it cannot act as markup. */

/** @typedef {Node | string | undefined | false} Child */

/**
 * An element with attributes and children. A function is a listener of the event it is named by; `false`
 * and `undefined` leave an attribute or a child out.
 *
 *     create('button', { class: 'chip', type: 'button', click: open }, '1')
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => unknown)>>} [attributes]
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function create(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue
    if (typeof value === 'function') element.addEventListener(name, value)
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  element.append(...kept(children.flat()))
  return element
}

/**
 * A button that submits nothing; what it does is told the button itself, to whom the focus may return.
 *
 * @param {string} label
 * @param {(self: HTMLButtonElement) => unknown} click
 * @param {string} [style]
 */
export function button(label, click, style = 'quiet') {
  const element = create('button', { type: 'button', class: style, dir: 'auto' }, label)
  element.addEventListener('click', () => click(element))
  return element
}

/** Gives an element more attributes. @template {Element} Kind @param {Kind} element @param {Readonly<Record<string, string | undefined>>} attributes @returns {Kind} */
export function given(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) element.setAttribute(name, value)
  return element
}

/** Puts children in the place of those that are there. @param {Element} parent @param {...(Child | readonly Child[])} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...kept(children.flat()))
}

/** @param {readonly (Child | readonly Child[])[]} children */
function kept(children) {
  return /** @type {(Node | string)[]} */ (children.filter((child) => child !== undefined && child !== false && child !== ''))
}

/** The element with this id, which the page is sure to have. @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element #${id}.`)
  return element
}

/** @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

/** Says something to a screen reader, once. @param {string} text */
export function announce(text) {
  const announcer = byId('announcer')
  announcer.textContent = ''
  // A text put in at once, in the place of another, is not noticed by every reader.
  setTimeout(() => {
    announcer.textContent = text
  }, 60)
}

/** Whether the reader has asked for less motion. */
export function calm() {
  return matchMedia('(prefers-reduced-motion: reduce)').matches
}

/** @type {WeakMap<Element, string>} */
const keys = new WeakMap()

/**
 * Makes the children of `parent` those that are wanted, and leaves alone each that has its key already: what
 * was read or focused stays where it is while more arrives.
 *
 * @param {Element} parent
 * @param {readonly { readonly key: string, readonly build: () => Element, readonly update?: (element: Element) => void }[]} wanted
 */
export function reconcile(parent, wanted) {
  wanted.forEach(({ key, build, update }, i) => {
    let element = parent.children[i]
    if (element === undefined || keys.get(element) !== key) {
      const built = build()
      keys.set(built, key)
      if (element === undefined) parent.append(built)
      else element.replaceWith(built)
      element = built
    }
    update?.(element)
  })
  while (parent.children.length > wanted.length) parent.lastElementChild?.remove()
}
