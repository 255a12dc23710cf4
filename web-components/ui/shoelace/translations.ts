/** Shoelace's own words, in the languages that we speak. English first: it is the fallback. */
import '@shoelace-style/shoelace/dist/translations/en.js';
import '@shoelace-style/shoelace/dist/translations/zh-cn.js';
