using System.Text.Json.Serialization;
using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Management;

internal sealed record AuditPropertiesBody(string? ClientInfo, string RequestUri, string Id, int HttpStatusCode);
