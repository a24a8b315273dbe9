import { es } from '../../../../../web/shared/sound-words.ts'
import type { Words } from './en.ts'

export const words: Words = {
  ...es,
  name: 'Control de seguridad',
  turn: 'Ponga el animal derecho',
  right: '{} a la derecha',
  left: '{} a la izquierda',
  type: 'Escuche el número y escríbalo',
  play: 'Escuchar',
  newPicture: 'Otra imagen',
  newNumber: 'Otro número',
  pictureReady: 'Nueva imagen lista',
  numberReady: 'Nuevo número listo',
  listen: 'Versión sonora',
  look: 'Versión con imagen',
  help: 'Ayuda',
  helpLook:
    'Gire la imagen arrastrándola, con los botones o con las flechas del teclado. Si ya está derecha, púlsela.',
  helpListen: 'Oirá un número del 0 al 359, cifra por cifra.',

  ADOPTION: 'Busca un hogar',
  FOUND: 'Animal encontrado',
  LOST: 'Animal perdido',
  met: 'Ha conocido a {}',
  more: 'Más sobre {}',

  loading: 'Un momento…',
  late: 'Se acabó el tiempo.',
  wrong: 'La respuesta no es correcta.',
  used: 'Esta prueba ya no sirve: aquí tiene otra.',
  unanswered: 'Gire primero la imagen, o púlsela si ya está derecha.',
  untyped: 'Escriba primero el número que oye.',
  failed: 'Algo ha fallado. Inténtelo de nuevo.',
}
