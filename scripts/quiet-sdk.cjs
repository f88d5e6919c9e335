// The AWS SDK warns on Node.js 20 that versions of 2027 will not support it. This project pins its version, and supports 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
