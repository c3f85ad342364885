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

  document.addEventListener('click', event => {
    const action = actions[event.target.closest?.('[data-portal]')?.dataset.portal];
    if (action) {
      event.preventDefault();
      action();
    }
  }, true);
})();
