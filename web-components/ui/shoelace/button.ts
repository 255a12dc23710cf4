import './icon.ts';
import '@shoelace-style/shoelace/dist/components/button/button.js';
