using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Issuer;

internal sealed record PublicJwks(IReadOnlyList<PublicJwk> Keys);
