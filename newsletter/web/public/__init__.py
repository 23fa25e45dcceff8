"""The pages that readers see: server-rendered, without JavaScript, without a cookie."""
