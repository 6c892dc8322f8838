import './look/tokens.css'
import './look/base.css'
import { mount } from 'svelte'
import { isField } from './address'
import App from './App.svelte'

// While the server is asked who sits here, what draws the room is on its way.
if (!isField(new URL(location.href))) void import('./frame/Frame.svelte')

const target = document.getElementById('app')
if (target) mount(App, { target })
