using System.Security.Cryptography;
using System.Text;
using DpsPortal.KeyVault.Storage;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace DpsPortal.KeyVault.Issuer;

/// <summary>What became of a bearer token.</summary>
internal abstract record TokenResult
{
    private TokenResult()
    {
    }

    public sealed record Accepted(Caller Caller) : TokenResult;

    public sealed record Refused(string Message) : TokenResult;
}
