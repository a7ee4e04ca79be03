// VitePress's theme in the colours of the demo pages, with fonts of the system.
import type { Theme } from 'vitepress';
import DefaultTheme from 'vitepress/theme-without-fonts';
import CodeBlock from './CodeBlock.vue';
import LandingPage from './LandingPage.vue';
import './style.css';
import './gallery.css';

const theme: Theme = {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('CodeBlock', CodeBlock);
    app.component('LandingPage', LandingPage);
  },
};
export default theme;
