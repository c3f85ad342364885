using DpsPortal.KeyVault.Audit;
using DpsPortal.KeyVault.Http;
using DpsPortal.KeyVault.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>The secrets that callers of the token endpoints present.</summary>
internal sealed record Credentials(SharedSecret Administrator, SharedSecret IdentityHeader);
