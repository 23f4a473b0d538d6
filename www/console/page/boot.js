// Starts the console.
import start from "{{glue}}";

start({ module_or_path: fetch(document.documentElement.dataset.wasm) }).catch((error) => {
  document.body.textContent = "The console could not start: this browser does not run WebAssembly. Please use a current one.";
  console.error(error);
});
