namespace DpsPortal.Services.Instances;

/// <summary>The form of the creation wizard.</summary>
/// <param name="IdentityName">Name of the user-assigned identity to use; it is made when it does not exist.</param>
/// <param name="Key">Versionless follows rotations, pinned does not.</param>
public sealed record NewInstance(
    string Name,
    string ResourceGroup,
    string Location,
    bool CustomerManaged,
    string? IdentityName,
    string? Key)
{
    /// <summary>Id of the operation to be: what checks prepare is its own from the beginning.</summary>
    public Guid Id { get; init; } = Guid.CreateVersion7();
}
