/* The editor of modules: those whose plugin is missing stay on screen, and nobody can add another.
   Wagtail takes the menu and the blocks that it can draw from one list; here the menu gets a shorter one. */
(() => {
  const { StreamBlockDefinition } = window.wagtailStreamField.blocks;

  class ActivityStreamBlockDefinition extends StreamBlockDefinition {
    constructor(name, groups, states, meta) {
      super(name, groups, states, meta);
      this.groupedChildBlockDefs = groups.map(([label, blocks]) => [
        label,
        blocks.filter((block) => !meta.neverAdded.includes(block.name)),
      ]);
    }
  }

  window.telepath.register("lms.plugins.ActivityStreamBlock", ActivityStreamBlockDefinition);
})();
