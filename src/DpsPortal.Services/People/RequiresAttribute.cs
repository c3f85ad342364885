namespace DpsPortal.Services.People;

/// <summary>
/// Declares the permission that a service call needs. It documents; the call itself asks the guard. A test calls every method
/// as every role and fails where declaration and behaviour differ, or where a method declares nothing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RequiresAttribute(Permission permission) : Attribute
{
    public Permission Permission => permission;
}
