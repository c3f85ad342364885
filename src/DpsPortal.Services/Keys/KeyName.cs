namespace DpsPortal.Services.Keys;

/// <summary>A key by the names of its vault and of itself, as people write it.</summary>
internal sealed record KeyName(string Vault, string Name)
{
    public override string ToString() => $"{Vault}/{Name}";
}
