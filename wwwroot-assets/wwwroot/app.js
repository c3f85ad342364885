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
  const waiting = new Map();
  const isTooLong = field => field.value.length > Number(field.dataset.limit);
  const send = field => {
    clearTimeout(waiting.get(field));
    waiting.delete(field);
    field.dispatchEvent(new Event('input', { bubbles: true }));
  };

  const onText = event => {
    const field = event.target;
    if (!field.dataset?.limit) {
      return;
    }
    if (isTooLong(field)) {
      event.stopImmediatePropagation();
      clearTimeout(waiting.get(field));
      waiting.delete(field);
      field.parentElement.dispatchEvent(new CustomEvent('toolong', { bubbles: true, detail: field.value.length }));
    } else if (event.type === 'change' && waiting.has(field)) {
      send(field);
    } else if (event.type === 'input' && event.isTrusted && field.value.length > longText) {
      // Not at every key: the whole text goes with each.
      event.stopImmediatePropagation();
      clearTimeout(waiting.get(field));
      waiting.set(field, setTimeout(() => send(field), pause));
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

  document.addEventListener('click', event => {
    const action = actions[event.target.closest?.('[data-portal]')?.dataset.portal];
    if (action) {
      event.preventDefault();
      action();
    }
  }, true);
})();
