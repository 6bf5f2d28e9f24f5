/* Starts Wagtail's date pickers, inline panels and choosers from data attributes.

   Wagtail starts them from inline scripts, which our security policy forbids. Elements say what they need:
   data-admin-init names one of the functions or classes below, data-admin-options holds its options as JSON. Rows that
   are added later are found by the observer; rows inside <template> are not in the document and wait. */

(() => {
  "use strict";

  const byId = (name) => (element, options) => window[name](element.id, options);
  const chooser = (name) => (element, options) => new window[name](element.dataset.adminFor, options);
  const panel = (name) => (element, options) => new window[name](options);

  const starters = {
    initDateChooser: byId("initDateChooser"),
    initTimeChooser: byId("initTimeChooser"),
    initDateTimeChooser: byId("initDateTimeChooser"),
    InlinePanel: panel("InlinePanel"),
    MultipleChooserPanel: panel("MultipleChooserPanel"),
    Chooser: chooser("Chooser"),
    PageChooser: chooser("PageChooser"),
    ImageChooser: chooser("ImageChooser"),
    DocumentChooser: chooser("DocumentChooser"),
    SnippetChooser: chooser("SnippetChooser"),
    createTaskChooser: (element) => window.createTaskChooser(element.dataset.adminFor),
  };

  function start(element) {
    const name = element.dataset.adminInit;
    if (!(name in starters) || !(name in window) || "adminStarted" in element.dataset) {
      return;
    }
    element.dataset.adminStarted = "";
    starters[name](element, JSON.parse(element.dataset.adminOptions || "{}"));
  }

  function startAll(root) {
    if (root.matches && root.matches("[data-admin-init]")) {
      start(root);
    }
    root.querySelectorAll("[data-admin-init]").forEach(start);
  }

  function watch() {
    startAll(document);
    const observer = new MutationObserver((changes) => {
      for (const change of changes) {
        change.addedNodes.forEach((node) => node.nodeType === Node.ELEMENT_NODE && startAll(node));
      }
    });
    observer.observe(document.body, { childList: true, subtree: true });
  }

  // Not earlier: the scripts that define the functions may be deferred themselves.
  if (document.readyState === "complete") {
    watch();
  } else {
    document.addEventListener("DOMContentLoaded", watch);
  }
})();
