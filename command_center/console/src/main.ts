// Starts the console.
import { createApp } from 'vue';
import App from './App.vue';
import { startComfort } from './session/comfort';
import { startLanguage } from './words/language';
import './theme.css';

startLanguage();
startComfort();
createApp(App).mount('#app');
