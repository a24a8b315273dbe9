import { StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'

function Form() {
  const [told, tell] = useState('')
  return (
    <form action="/send" method="post">
      <input id="name" name="name" aria-label="Name" />
      <upright-captcha
        sitekey={key}
        name="upright-pass"
        action="contact"
        onupright-pass={() => tell('passed')}
      />
      <p id="told">{told}</p>
      <button id="again" type="button" onClick={() => tell('again')}>
        Again
      </button>
      <button id="send" type="submit">
        Send
      </button>
    </form>
  )
}

createRoot(document.querySelector('#app')).render(
  <StrictMode>
    <Form />
  </StrictMode>,
)
