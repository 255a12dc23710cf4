import '@shoelace-style/shoelace/dist/components/skeleton/skeleton.js';
