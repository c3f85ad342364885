namespace DpsPortal.Services.Impact;

/// <summary>At which level a role is assigned.</summary>
public enum RouteScope
{
    Key,
    Vault,
    ResourceGroup,
    Subscription,

    /// <summary>A management group or the whole tenant.</summary>
    Above,
}
