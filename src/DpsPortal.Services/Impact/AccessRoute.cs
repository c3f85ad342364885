namespace DpsPortal.Services.Impact;

/// <summary>A role assignment through which a key can be reached.</summary>
/// <param name="Role">Its name; its id when neither is known.</param>
/// <param name="Name">Of the key, vault, resource group, subscription or management group at which it is assigned.</param>
public sealed record AccessRoute(string Role, RouteScope Scope, string Name);
