// The few things that only the browser knows or can do. Loaded in the head, before the first paint.
(() => {
  'use strict';
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const describe = () => ({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone, prefersDark: system.matches });

  window.portal = {
    describe,
    setTheme(choice) {
      root.dataset.theme = choice;
      document.cookie = `theme=${choice}; path=/; max-age=31536000; samesite=lax${location.protocol === 'https:' ? '; secure' : ''}`;
      return describe();
    },
    // The server asks late on a slow line: who has gone on to a field and types there must not be taken out of it.
    focusUnlessTyping(element) {
      if (!document.activeElement?.matches('input, textarea')) {
        element?.focus();
      }
    },
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        return false;
      }
    },
  };

  const actions = {
    skip: () => document.getElementById('main')?.focus(),
    reload: () => location.reload(),
    reconnect: async () => {
      if (!(await Blazor.reconnect())) {
        location.reload();
      }
    },
  };

  // A text that is longer than its field takes stays here, whole, and its length alone is told: a message of the circuit has a limit, and
  // one that is larger ends it. The element around the field tells it, since every event of a field itself carries the field's text.
  const longText = 1000;
  const pause = 400;
  const sending = new Map();
  const isTooLong = field => field.value.length > Number(field.dataset.limit);
  const send = field => {
    clearTimeout(sending.get(field));
    sending.delete(field);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const onText = event => {
    const field = event.target;
    if (!field.dataset?.limit) {
      return;
    }
    if (isTooLong(field)) {
      event.stopImmediatePropagation();
      clearTimeout(sending.get(field));
      sending.delete(field);
      field.parentElement.dispatchEvent(new CustomEvent('toolong', { bubbles: true, detail: field.value.length }));
    } else if (event.type === 'change' && sending.has(field)) {
      send(field);
    } else if (event.type === 'input' && event.isTrusted && field.value.length > longText) {
      // Not at every key: the whole text goes with each.
      event.stopImmediatePropagation();
      clearTimeout(sending.get(field));
      sending.set(field, setTimeout(() => send(field), pause));
    }
  };
  // Half a date, or a number that is none, is shown by the browser and given out as nothing.
  const onLeft = event => {
    const field = event.target;
    if (field.dataset?.limit && field.validity.badInput) {
      field.parentElement.dispatchEvent(new CustomEvent('toolong', { bubbles: true, detail: -1 }));
    }
  };
  addEventListener('focusout', onLeft, true);
  addEventListener('input', onText, true);
  addEventListener('change', onText, true);
  document.addEventListener('DOMContentLoaded', () =>
    Blazor.registerCustomEventType('toolong', { browserEventName: 'toolong', createEventArgs: event => ({ length: event.detail }) }));

  // A menu that was opened by the mouse has not got the focus: Escape would move it there first.
  document.addEventListener('keydown', event => {
    const opener = event.key === 'Escape' && document.activeElement.closest('[aria-haspopup=menu][aria-expanded=true]');
    if (opener) {
      event.stopImmediatePropagation();
      (opener.querySelector('span') ?? opener).click();
    }
  }, true);

  // What has the focus can go, or be shut, by what it did: a deleted row, a dialog, a button that is pressed once. The browser then puts the
  // keyboard back to the top of the page. Here it goes on where the person was: to what stands around it, from the inside out, and of
  // that to what its data-heir names (looked for in it, then on the page), or else to its heading.
  let around = [];
  let waiting = false;
  const isThere = element => element.isConnected && !element.matches(':disabled') && element.getClientRects().length > 0;
  const chainOf = element => element && element !== document.body ? [element, ...chainOf(element.parentElement)] : [];
  const heirOf = element => {
    const wanted = element.dataset?.heir;
    const heir = wanted && [...(element.isConnected ? element.querySelectorAll(wanted) : []), ...document.querySelectorAll(wanted)].find(isThere);
    return heir || (element.isConnected && element.matches('section, main') && [...element.querySelectorAll('h1, h2')].find(isThere));
  };
  const giveTo = element => {
    if (element.tabIndex < 0 && !element.hasAttribute('tabindex')) {
      element.tabIndex = -1;
    }
    element.focus({ focusVisible: true });
  };
  const passOn = () => {
    waiting = false;
    const [lost, ...outer] = around;
    if (!lost || isThere(lost) || (document.activeElement !== document.body && document.activeElement !== lost)) {
      return;
    }
    around = [];
    const heir = outer.map(element => element.portalHadFocus && isThere(element) ? element : heirOf(element)).find(Boolean);
    if (heir) {
      giveTo(heir);
    }
  };

  document.addEventListener('focusin', event => {
    // Around a dialog or a menu is, besides, what opened it.
    const own = event.target.closest('.mud-dialog, .mud-popover');
    const before = own ? around.slice(around.findIndex(element => !own.contains(element))) : [];
    event.target.portalHadFocus = true;
    around = [...new Set([...chainOf(event.target), ...before])];
  });
  // A click beside everything: the person has let go.
  document.addEventListener('focusout', event => setTimeout(() => {
    if (document.activeElement === document.body && around[0] === event.target && isThere(event.target)) {
      around = [];
    }
  }));
  // What comes in its place may come a moment later.
  new MutationObserver(() => {
    if (!waiting && around.length > 0 && !isThere(around[0])) {
      waiting = true;
      setTimeout(passOn, 100);
    }
  }).observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ['disabled'] });

  document.addEventListener('click', event => {
    const action = actions[event.target.closest?.('[data-portal]')?.dataset.portal];
    if (action) {
      event.preventDefault();
      action();
    }
  }, true);
})();
