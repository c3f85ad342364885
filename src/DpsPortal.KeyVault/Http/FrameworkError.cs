using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace DpsPortal.KeyVault.Http;

internal sealed record FrameworkError(string Message);
