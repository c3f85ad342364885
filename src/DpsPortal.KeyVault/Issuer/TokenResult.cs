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
