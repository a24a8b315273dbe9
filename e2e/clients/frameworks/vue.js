import { createApp, h, ref } from 'vue'

createApp({
  setup() {
    const told = ref('')
    const tell = text => () => {
      told.value = text
    }
    return () =>
      h('form', { action: '/send', method: 'post' }, [
        h('input', { id: 'name', name: 'name', 'aria-label': 'Name' }),
        h('upright-captcha', {
          ...{ sitekey: key, name: 'upright-pass', action: 'contact' },
          'onUpright-pass': tell('passed'),
        }),
        h('p', { id: 'told' }, told.value),
        h('button', { id: 'again', type: 'button', onClick: tell('again') }, 'Again'),
        h('button', { id: 'send' }, 'Send'),
      ])
  },
}).mount('#app')
