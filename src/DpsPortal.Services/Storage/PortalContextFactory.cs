using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace DpsPortal.Services.Storage;

/// <summary>For <c>dotnet ef migrations add</c> alone.</summary>
internal sealed class PortalContextFactory : IDesignTimeDbContextFactory<PortalContext>
{
    public PortalContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<PortalContext>().UseSqlite("Data Source=design-time.db").Options);
}
