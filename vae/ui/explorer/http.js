/** Asking the server over HTTP, which it does not always hear. */

/** The server did not answer, or something else did in its place. */
export class Unreachable extends Error {}

/** What `fetch` gives; Unreachable where there is no answer. @returns {Promise<Response>} */
export async function reach(address, options) {
  try {
    return await fetch(address, options);
  } catch (error) {
    throw new Unreachable("The server does not answer. If it was stopped, start it again (streamlit run app.py), then try once more.", { cause: error });
  }
}

/** The JSON of a response; Unreachable where it holds none, as when a proxy answers for the server. @param {Response} response @returns {Promise<any>} */
export async function read(response) {
  try {
    return await response.json();
  } catch (error) {
    throw new Unreachable(`The server could not be reached: what stands between it and this browser answered with ${response.status}. Try once more.`, { cause: error });
  }
}
