// Swagger UI for the vendor in the address, logged in with the demo credentials where it can be.
"use strict";

// Swagger UI sends client id and secret as HTTP Basic; this vendor takes them in the form only.
function asForm(request, oauth) {
  const isLogin = oauth && request.url === oauth.tokenUrl && typeof request.body === "string";
  if (!isLogin || !request.headers.Authorization?.startsWith("Basic ")) return request;
  const [id, secret] = atob(request.headers.Authorization.slice(6)).split(/:(.*)/s);
  delete request.headers.Authorization;
  const form = new URLSearchParams(request.body);
  form.set("client_id", id);
  form.set("client_secret", secret);
  request.body = form.toString();
  return request;
}

(async () => {
  const provider = location.pathname.split("/").pop();
  const words = document.getElementById("words");
  if (typeof SwaggerUIBundle === "undefined") {
    words.textContent = "Swagger UI is not installed: pip install 'simloom[sandbox]'";
    return;
  }
  document.title = `${provider}, simloom sandbox`;
  const answer = await fetch(`/_sandbox/docs/${provider}/login`);
  const login = await answer.json();
  words.textContent = login.words;
  const ui = SwaggerUIBundle({
    url: `/_sandbox/docs/${provider}/openapi.json`,
    domNode: document.getElementById("swagger"),
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
    validatorUrl: null, // it would send the address elsewhere
    deepLinking: true,
    docExpansion: login.expand,
    defaultModelsExpandDepth: 0,
    requestInterceptor: (request) => asForm(request, login.oauth),
    onComplete: () => {
      for (const [scheme, [user, password]] of Object.entries(login.basic || {})) {
        ui.preauthorizeBasic(scheme, user, password);
      }
      for (const [scheme, key] of Object.entries(login.keys || {})) {
        ui.preauthorizeApiKey(scheme, key);
      }
      document.documentElement.dataset.ready = "yes";
    },
  });
  if (login.oauth) ui.initOAuth(login.oauth);
})();
